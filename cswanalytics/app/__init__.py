"""The only Streamlit below `pages/`: the frame round every page, and the parts pages are made of."""

"""What Streamlit runs for every visit and every choice made on a page.

It is run anew each time, so it is this short: the shell is imported once, and the release which the server
loaded to say it is ready is the one that visitors are shown.
"""

from cswanalytics.app import shell

shell.run()

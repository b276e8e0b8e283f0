"""The door: HTTP in, the same answers out as JSON and as a page.

HTTP words stop here; what is asked further in is a Query, what comes back Results. Flask is imported by `app` alone,
so that the command line can parse parameters and print answers without it.
"""

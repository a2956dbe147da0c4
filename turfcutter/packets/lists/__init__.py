"""
Lists: each printing of a turf has a number (`numbers`, `register`), a manifest that knows who
stands on which line (`manifests`), and copies for spreadsheets and phones (`tables`, `workbook`).
"""

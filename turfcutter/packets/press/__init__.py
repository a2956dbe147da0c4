"""
The press: what makes paper of words and drawings, and knows nothing of turfs.

`papers` has the sizes, `metrics` how wide text is, `svg` pieces of drawings, `code128` bars,
`typesetting` the templates, `binding` joins files.
"""

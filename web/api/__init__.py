"""
All that the viewer does, as JSON below /api, with a document that says so (OpenAPI).

What is sent and answered are pydantic's models: the same few lines check what comes in, shape what
goes out, and make the document, so that none of the three can differ from the others.
"""

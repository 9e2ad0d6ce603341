"""What a renderer refuses."""


class UnprintableDocumentError(ValueError):
    """The document breaks its schema, or holds what a format cannot print; the message says where."""


class MissingTypefaceError(RuntimeError):
    """A typeface named for the PDF is not among the font files; Typst alone would quietly take another."""

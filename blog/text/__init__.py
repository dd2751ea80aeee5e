"""Text: normalising input, rendering Markdown to safe HTML, formatting, translating."""

"""Words, from what people type to HTML that is safe."""

"""Our documents and behaviour against the official specifications."""

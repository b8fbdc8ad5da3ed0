"""The session guide: questions before, a plan, cues while it runs, care and a comparison after (`tapote session`)."""

"""The lab in the browser: a study put together with sliders, run in worker processes, and looked at."""

"""What `scripts/bench` and `scripts/generate` are made of: made-up news, questions, contenders, clocks and reports."""

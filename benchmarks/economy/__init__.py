"""The economy benchmark: our program and plain bots in the same worlds, and a bound on what these worlds can pay."""

"""`python -m starfoundry` is the command line."""

from starfoundry.cli.main import main

if __name__ == "__main__":
    main()

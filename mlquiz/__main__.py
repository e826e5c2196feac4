"""The program's entry, which imports nothing before Ctrl-C has a meaning; also `python -m mlquiz`."""

import sys


def main() -> None:
    """Run the program and leave with its exit code."""
    try:
        if sys.argv[1:] == ["due", "--prompt"]:
            from mlquiz.prompt import main as program
        else:
            from mlquiz.cli import main as program

        code = program()
        if code is None:  # it takes the whole program to tell
            from mlquiz.cli import main as program

            code = program()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()

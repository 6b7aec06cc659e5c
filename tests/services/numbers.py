"""Invented identity numbers, as many as a test wants."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_number(n: int) -> str:
    """The `n`-th invented resident identity number, its check character by GB 11643."""
    body = f"42010619{60 + n // 1000:02d}0101{n % 1000:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]

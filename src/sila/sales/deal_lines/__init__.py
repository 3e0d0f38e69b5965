"""The products of a deal: lines with prices, which its amount follows."""

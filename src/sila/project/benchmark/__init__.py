"""`./sila bench`: what a request costs over a million people, in CPU time and in queries."""

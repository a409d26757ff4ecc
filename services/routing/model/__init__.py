"""The rules of routing: plain functions of plain values that turn a complaint's words and place into a proposal."""

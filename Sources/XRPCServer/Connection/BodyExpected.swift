/// An event from a handler to its connection: the body is wanted now.
struct BodyExpected: Sendable {}

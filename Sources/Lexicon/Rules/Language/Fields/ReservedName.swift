extension Rule {
  static let reservedName = Rule(
    "reserved-name",
    .error,
    "Names of properties do not begin with '$'.",
    reason: "These are reserved for the protocol, as '$type' is.",
    clause: "Data Model specification, \"Data Types\"",
    bad: .object(#""$kind":{"type":"boolean"}"#),
    good: .object(#""kind":{"type":"boolean"}"#)
  )
}

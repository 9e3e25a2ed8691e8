extension Rule {
  static let byteOrderMark = Rule(
    "byte-order-mark",
    .warning,
    "A document has no byte order mark.",
    reason: "Some readers refuse it.",
    clause: "\(Clause.json), section 8.1",
    bad: .verbatim("\u{FEFF}" + RuleExample.sound.documents[0]),
    good: .sound,
    fixedBy: { _, tree in
      [TextEdit(0..<tree.source.start, "")]
    }
  )
}

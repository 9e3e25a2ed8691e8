extension Rule {
  static let nsidCaseConflict = Rule(
    "nsid-case-conflict",
    .error,
    "No two NSIDs differ in case alone.",
    reason: "File systems and people take them for one.",
    clause: Clause.nsid,
    bad: .named("com.example.getNote", "com.example.getnote"),
    good: .named("com.example.getNote", "com.example.getNotes")
  )
}

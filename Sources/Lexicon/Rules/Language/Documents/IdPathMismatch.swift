extension Rule {
  static let idPathMismatch = Rule(
    "id-path-mismatch",
    .warning,
    "The path of a file spells the NSID in it.",
    reason: "Who looks for a schema looks there.",
    clause: "Convention of the official documents: lexicons/app/bsky/feed/post.json",
    bad: .sound.at("com/example/notes.json"),
    good: .sound.at("com/example/defs.json")
  )
}

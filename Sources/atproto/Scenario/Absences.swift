/// What a Personal Data Server has and this one does not yet. Kept true by whoever adds a part.
enum Absences {
  private static let items = [
    "PLC directory: the DID's genesis operation is signed and kept, but submitted nowhere",
    "handles at custom domains, resolution of handles and DIDs of others",
    "moderation, administration, app passwords, e-mail, deactivation, migration, invite codes",
    "proxying to app views, rate limits, OAuth",
  ]

  static func report() {
    Console.line()
    Console.line("All steps agree. Not there yet:")
    for item in items { Console.line("  - \(item)") }
  }
}

/// What a Personal Data Server has and this one does not yet. Kept true by whoever adds a part.
enum Absences {
  private static let items = [
    "OAuth: clients log in with the account's password or an app password",
    "SMTP: mail goes to a file or to a sendmail-compatible command",
  ]

  static func report() {
    Console.line()
    Console.line("All steps agree. Not there yet:")
    for item in items { Console.line("  - \(item)") }
  }
}

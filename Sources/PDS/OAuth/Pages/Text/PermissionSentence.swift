/// One permission in words, with the exact names that it covers.
struct PermissionSentence: Hashable, Sendable {
  /// What kind of thing is allowed; chooses the icon.
  enum Kind: String, Sendable {
    case identity
    case write
    case call
    case file
    case email
    case message
    case account

    /// The lines of an icon in a square of 24, drawn with strokes.
    var icon: String {
      switch self {
      case .identity: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20c0-3.3 3.6-5 8-5s8 1.7 8 5"
      case .write: "M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3"
      case .call: "M4 9h14l-4-4M20 15H6l4 4"
      case .file: "M6 3h8l4 4v14H6zM14 3v4h4M9 16l2.5-3 2 2 1.5-1.5"
      case .email: "M3 6h18v12H3zM3 7l9 7 9-7"
      case .message: "M4 5h16v11H9l-5 4z"
      case .account:
        "M15.5 4a4.5 4.5 0 1 1-1.6 8.7L12 14.5h-2v2H8v2H4v-3l6.9-6.9A4.5 4.5 0 0 1 15.5 4zM16.5 7.5v.1"
      }
    }
  }

  var kind: Kind
  /// Without a full stop.
  var text: Phrase
  /// NSIDs, MIME types, services.
  var terms: [String] = []
  /// Whether it could be used to take over the account.
  var isDangerous = false
  /// Whether the account can grant the rest without it.
  var isOptional = false
}

import Lexicon

extension StringSchema.Format {
  /// The JSON Schema format that accepts the same strings or more.
  var jsonSchemaFormat: String? {
    switch self {
    case .datetime: "date-time"
    case .uri, .atURI, .did: "uri"
    case .atIdentifier, .cid, .handle, .language, .nsid, .recordKey, .spaceRef, .tid: nil
    }
  }

  /// A regular expression (ECMA-262) for the format. It does not express that the variants and
  /// extensions of a language tag are distinct, and that a datetime is not before year zero in UTC.
  var pattern: String {
    switch self {
    case .did: "^\(Grammar.did)$"
    case .handle: "^\(Grammar.handle)$"
    case .atIdentifier: "^(\(Grammar.did)|(?=.{1,253}$)\(Grammar.handle))$"
    case .nsid: "^\(Grammar.nsid)$"
    case .tid: "^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$"
    case .recordKey: "^\(Grammar.recordKey)$"
    case .spaceRef: "^at://\(Grammar.did)/space/\(Grammar.nsid)/\(Grammar.recordKey)$"
    case .atURI: "^\(Grammar.atURI)$"
    case .datetime: "^\(Grammar.date)T\(Grammar.time)$"
    case .cid: "^(\(Grammar.multibases.joined(separator: "|")))$"
    case .uri: "^\(Grammar.uri)$"
    case .language: "^(\(Grammar.language)|\(Grammar.privateUse)|\(Grammar.irregular))$"
    }
  }
}

/// Parts of regular expressions; the grammars are above the types of `ATProtoSyntax`.
private enum Grammar {
  static let label = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
  static let topLevel = "[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
  static let did = "did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]"
  static let handle = "(\(label)\\.)+\(topLevel)"
  static let nsid = "\(topLevel)(\\.\(label))+\\.[a-zA-Z][a-zA-Z0-9]{0,62}"
  static let recordKey = "(?!\\.{1,2}$)[a-zA-Z0-9_~.:-]{1,512}"

  /// Each part has its own maximum length.
  static let atURI =
    "at://((?=[^/]{1,2048}(/|$))\(did)|(?=[^/]{1,253}(/|$))\(handle))"
    + "(/(?=[^/]{1,317}(/|$))\(nsid)(/\(recordKey))?)?"

  /// Accepts exactly the days of the calendar.
  static let date: String = {
    let leapYear = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
    let days = [
      "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])", "(0[469]|11)-(0[1-9]|[12][0-9]|30)",
      "02-(0[1-9]|1[0-9]|2[0-8])",
    ]
    return "([0-9]{4}-(\(days.joined(separator: "|")))|\(leapYear)-02-29)"
  }()

  static let time: String = {
    let zone = "([01][0-9]|2[0-3]):[0-5][0-9]"
    return "\(zone):[0-5][0-9](\\.[0-9]+)?(Z|(?!-00:00)[+-]\(zone))"
  }()

  static let uri: String = {
    let character = "([a-zA-Z0-9._~:/?@!$&'()*+,;=\\[\\]-]|%[0-9a-fA-F]{2})"
    return "[a-zA-Z][a-zA-Z0-9+.-]*:(?=.)\(character)*(#\(character)*)?"
  }()

  /// The prefix of each base with its alphabet.
  static let multibases = [
    "b[a-z2-7]+", "0[01]+", "7[0-7]+", "9[0-9]+", "f[0-9a-f]+", "F[0-9A-F]+", "B[A-Z2-7]+",
    "c[a-z2-7=]+", "C[A-Z2-7=]+", "v[0-9a-v]+", "V[0-9A-V]+", "t[0-9a-v=]+", "T[0-9A-V=]+",
    "h[a-km-uw-z13-9]+", "k[0-9a-z]+", "K[0-9A-Z]+", "[zZ][1-9A-HJ-NP-Za-km-z]+",
    "m[a-zA-Z0-9+/]+", "M[a-zA-Z0-9+/=]+", "u[a-zA-Z0-9_-]+", "U[a-zA-Z0-9_=-]+",
  ]

  static let privateUse = "[xX](-[a-zA-Z0-9]{1,8})+"

  static let language =
    "[a-z]{2,3}(-[a-zA-Z]{3}){0,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?"
    + "(-([a-zA-Z0-9]{5,8}|[0-9][a-zA-Z0-9]{3}))*(-[0-9a-wyzA-WYZ](-[a-zA-Z0-9]{2,8})+)*"
    + "(-\(privateUse))?"

  /// RFC 5646, 2.2.8: registered tags that the grammar does not generate. They are
  /// case-insensitive, except for the first letters of those that begin with a language.
  static let irregular: String = {
    let own = [
      "ami", "bnn", "default", "enochian", "hak", "klingon", "lux", "mingo", "navajo", "pwn",
      "tao", "tay", "tsu",
    ]
    let languages =
      ["en-\(anyCase("gb-oed"))"]
      + ["be-fr", "be-nl", "ch-de"].map {
        "sgn-\(anyCase($0))"
      }
    return "[iI]-(\(own.map(anyCase).joined(separator: "|")))|"
      + languages.joined(separator: "|")
  }()

  private static func anyCase(_ text: String) -> String {
    text.map { $0.isLetter ? "[\($0)\($0.uppercased())]" : String($0) }.joined()
  }
}

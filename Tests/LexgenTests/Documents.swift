/// Small documents for tests.
enum Documents {
  /// A query with nothing in it.
  static func query(_ nsid: String) -> String {
    #"{"lexicon":1,"id":"\#(nsid)","defs":{"main":{"type":"query","description":"A query.","output":{"encoding":"*/*"}}}}"#
  }

  /// An object with a property for each of `references`.
  static func object(_ nsid: String, _ references: String...) -> String {
    let properties = references.enumerated()
      .map { #""p\#($0)":{"type":"ref","ref":"\#($1)"}"# }.joined(separator: ",")
    return """
      {"lexicon":1,"id":"\(nsid)","defs":{"main":{"type":"object","properties":{\(properties)},\
      "description":"An object."}}}
      """
  }

  /// An unresolved reference.
  static let broken = object("com.example.broken", "com.example.nothing")
}

import ATProtoSyntax
import XRPCServer

extension SubjectScope {
  init(
    subject: FormatString<URIString>?,
    includesRecords: Bool,
    type: String?,
    collections: [FormatString<NSID>]?
  ) throws(XRPCServerError) {
    self.init()
    if let subject {
      let key = try Subject.key(subject.string)
      selection = includesRecords ? .account(key.did) : .one(key)
    }
    switch type {
    case nil, "record", "account": break
    default: throw .invalidRequest("subjectType must be account or record")
    }
    // The schema gives `subject` precedence over `subjectType`, and that over `collections`.
    if subject == nil { isAccount = type.map { $0 == "account" } }
    if isAccount != true { self.collections = (collections ?? []).map(\.string) }
  }
}

extension Substring {
  var trimmingSpaces: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension FormatString<Datetime> {
  func milliseconds(_ name: String) throws(XRPCServerError) -> Int {
    try parsedOrInvalid(name).instant.wholeMilliseconds
  }
}

extension XRPCServerError {
  static func refuse(
    _ parameters: [(name: String, isGiven: Bool)]
  ) throws(XRPCServerError) {
    guard let name = parameters.first(where: \.isGiven)?.name else { return }
    throw .invalidRequest("the parameter \(name) is not supported by this service")
  }

  static func bounded(
    _ values: [String]?,
    _ name: String
  ) throws(XRPCServerError) -> [String] {
    guard let values else { return [] }
    guard values.count <= 100, values.allSatisfy({ $0.utf8.count <= 2_048 }) else {
      throw .invalidRequest("\(name) must have at most 100 values of at most 2048 bytes")
    }
    return values
  }

  static func bounded(
    _ value: String?,
    _ name: String
  ) throws(XRPCServerError) -> String? {
    guard (value?.utf8.count ?? 0) <= 2_048 else {
      throw .invalidRequest("\(name) must have at most 2048 bytes")
    }
    return value
  }
}

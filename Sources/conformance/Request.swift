import ATProtoCrypto
import ATProtoData
import ATProtoSyntax

/// The members of a request, each parsed when an operation requests it.
struct Request {
  private static let maximumMembers = 64
  /// The length of the line limits all of them.
  private static let limits = DataLimits(
    inputSize: .max,
    elements: .max,
    stringLength: .max,
    keyLength: .max
  )

  private let members: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)]
  /// Whether the line is one JSON object.
  let isWhole: Bool

  init(_ line: [UInt8]) {
    let (members, isWhole) = RawJSON.members(of: line[...], atMost: Self.maximumMembers)
    self.members = members
    self.isWhole = isWhole
  }

  /// The `id` to repeat in the answer, or null if there is none.
  var id: DataValue {
    guard let text = try? text("id"), text.count <= 256,
      let id = try? DataValue(json: [UInt8](text), limits: Self.limits)
    else { return .null }
    switch id {
    case .integer, .string, .boolean: return id
    default: return .null
    }
  }

  /// The source text of a member, as it is in the line.
  func text(_ name: String) throws(Refusal) -> ArraySlice<UInt8> {
    let quoted = "\"\(name)\""
    let found = members.filter { $0.key.elementsEqual(quoted.utf8) }
    guard let first = found.first else { throw Refusal("'\(name)' is missing") }
    if found.count > 1 { throw Refusal("'\(name)' is repeated") }
    return first.value
  }

  func string(_ name: String) throws -> String {
    try read(String.self, name)
  }

  func strings(_ name: String) throws -> [String] {
    try read([String].self, name)
  }

  /// Pairs of strings, `[[a, b], …]`.
  func pairs(_ name: String) throws -> [(String, String)] {
    try read([[String]].self, name).map { pair in
      guard pair.count == 2 else { throw Refusal("'\(name)' has an element that is not a pair") }
      return (pair[0], pair[1])
    }
  }

  /// A value of the data model, within the limits of data on the network.
  func data(_ name: String) throws -> DataValue {
    let text = [UInt8](try text(name))
    return try DataValue(json: text)
  }

  /// The source text of the elements of an array, as it is in the line.
  func texts(_ name: String) throws(Refusal) -> [ArraySlice<UInt8>] {
    guard let elements = RawJSON.elements(of: try text(name), atMost: 100_000) else {
      throw Refusal("'\(name)' is not an array")
    }
    return elements
  }

  func bytes(hex name: String) throws -> [UInt8] {
    guard let bytes = Hex.decode(try string(name)) else { throw Refusal("'\(name)' is not hex") }
    return bytes
  }

  func bytes(base64 name: String) throws -> [UInt8] {
    guard let bytes = Bytes(base64: try string(name)) else {
      throw Refusal("'\(name)' is not base64")
    }
    return bytes.array
  }

  private func read<Value: LexiconValue>(_: Value.Type, _ name: String) throws -> Value {
    let text = [UInt8](try text(name))
    do throws(DataError) {
      return try Value(json: text, limits: Self.limits)
    } catch {
      throw Refusal("'\(name)': \(error)")
    }
  }
}

import ATProtoData
import ATProtoSyntax

extension LexiconManifest {
  /// The largest manifest that is read, in bytes.
  public static let maximumSize = 16 << 20

  /// Reads the content of a manifest. Order and layout do not matter.
  ///
  /// - Returns: the manifest, and the paths of unknown fields, such as `resolutions.com.example.a.rev`.
  ///   `lex install` drops them too when it writes the file.
  public static func read(
    _ bytes: [UInt8]
  ) throws(ManifestError) -> (manifest: LexiconManifest, unknownFields: [String]) {
    var reader = try ManifestReader(bytes)
    let manifest = try reader.read()
    return (manifest, reader.unknownFields)
  }
}

/// Reads a manifest strictly: what it does not check, an installation would believe.
private struct ManifestReader {
  private let tree: LocatedTree
  private let root: LocatedValue
  var unknownFields: [String] = []

  init(_ bytes: [UInt8]) throws(ManifestError) {
    guard bytes.count <= LexiconManifest.maximumSize else {
      throw ManifestError(
        "larger than \(LexiconManifest.maximumSize) bytes",
        at: SourceLocation(path: "", offset: 0, line: 1, column: 1)
      )
    }
    tree = LocatedTree.read(SourceFile(path: "", bytes: bytes), as: .json)
    if let error = tree.diagnostics.first(where: { $0.severity == .error }) {
      throw ManifestError(error.message, at: error.location)
    }
    // Without an error there is a root.
    root = tree.root ?? LocatedValue(.null, range: 0..<0)
  }

  mutating func read() throws(ManifestError) -> LexiconManifest {
    var manifest = LexiconManifest()
    for member in try members(of: root, "the manifest", requiring: Self.fields) {
      switch member.name {
      case "version":
        guard case .integer(1) = member.value.kind else {
          throw error("'version' must be 1, the only version that is supported", member.value)
        }
      case "lexicons": manifest.lexicons = try names(member.value)
      case "resolutions": manifest.resolutions = try resolutions(member.value)
      default: unknownFields.append(member.name.printable)
      }
    }
    return manifest
  }

  private static let fields = ["version", "lexicons", "resolutions"]

  private func names(_ value: LocatedValue) throws(ManifestError) -> Set<NSID> {
    guard case .array(let elements) = value.kind else {
      throw error("'lexicons' must be an array, not \(value.kindName)", value)
    }
    var names: Set<NSID> = []
    for element in elements { names.insert(try nsid(text(element), element.offset)) }
    return names
  }

  private mutating func resolutions(
    _ value: LocatedValue
  ) throws(ManifestError) -> [NSID: LexiconManifest.Resolution] {
    var resolutions: [NSID: LexiconManifest.Resolution] = [:]
    for member in try members(of: value, "'resolutions'", requiring: []) {
      let nsid = try nsid(member.name, member.nameOffset)
      let resolution = try resolution(member.value, of: nsid)
      guard resolutions.updateValue(resolution, forKey: nsid) == nil else {
        let place = tree.source.location(at: member.nameOffset)
        throw ManifestError("duplicate key '\(nsid)'; case does not matter in a domain", at: place)
      }
    }
    return resolutions
  }

  private mutating func resolution(
    _ value: LocatedValue,
    of nsid: NSID
  ) throws(ManifestError) -> LexiconManifest.Resolution {
    var did: DID?
    var cid: CID?
    for member in try members(of: value, "a resolution", requiring: ["uri", "cid"]) {
      switch member.name {
      case "uri": did = try self.did(member.value, of: nsid)
      case "cid": cid = try self.cid(member.value)
      default: unknownFields.append("resolutions.\(nsid).\(member.name.printable)")
      }
    }
    guard let did, let cid else { throw error("a resolution requires 'uri' and 'cid'", value) }
    return .init(did: did, cid: cid)
  }

  /// The DID in the AT-URI of a document's record.
  private func did(_ value: LocatedValue, of nsid: NSID) throws(ManifestError) -> DID {
    let uri = try text(value)
    let rest = "/\(LexiconFile.recordType)/\(nsid)"
    let middle = uri.utf8.dropFirst(5).dropLast(rest.utf8.count)
    let name = uri.utf8.suffix(nsid.string.utf8.count)
    guard let did = try? DID(String(decoding: middle, as: UTF8.self)),
      let spelled = try? NSID(String(decoding: name, as: UTF8.self)), spelled.normalized == nsid,
      uri.utf8.elementsEqual("at://\(did)/\(LexiconFile.recordType)/\(spelled)".utf8)
    else {
      throw error("\(quoted(uri)) is not a valid URI here; expected 'at://DID\(rest)'", value)
    }
    return did
  }

  private func cid(_ value: LocatedValue) throws(ManifestError) -> CID {
    let text = try text(value)
    guard let cid = try? CID(text), cid.isBlessed, cid.codec == .dagCBOR else {
      throw error("\(quoted(text)) is not a valid CID of version 1, dag-cbor, and SHA-256", value)
    }
    return cid
  }

  /// The NSID with its domain authority in lowercase, as installations and files have it.
  private func nsid(_ text: String, _ offset: Int) throws(ManifestError) -> NSID {
    do throws(SyntaxError) {
      return try NSID(text).normalized
    } catch {
      throw ManifestError(
        "\(quoted(text)) is not a valid NSID: \(error.reason)",
        at: tree.source.location(at: offset)
      )
    }
  }

  private func text(_ value: LocatedValue) throws(ManifestError) -> String {
    guard case .string(let text) = value.kind else {
      throw error("expected a string, found \(value.kindName)", value)
    }
    return text
  }

  private func members(
    of value: LocatedValue,
    _ what: String,
    requiring names: [String]
  ) throws(ManifestError) -> [LocatedValue.Member] {
    guard case .object(let members) = value.kind else {
      throw error("\(what) must be an object, not \(value.kindName)", value)
    }
    for name in names where !members.contains(where: { $0.name == name }) {
      throw error("\(what) requires '\(name)'", value)
    }
    return members
  }

  private func error(_ problem: String, _ value: LocatedValue) -> ManifestError {
    ManifestError(problem, at: tree.location(of: value))
  }
}

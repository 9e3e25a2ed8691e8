import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import Foundation

@testable import conformance

/// The public vectors as requests with the expected answers; empty if `../shared` is not next to
/// the checkout.
enum InteropVectors {
  private static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/interop")

  static let arePresent = FileManager.default.fileExists(atPath: folder.path)

  static let all: [Case] =
    arePresent ? syntax + data + signatures + keys + trees + documents + records : []

  // MARK: Files

  private static func text(_ path: String) -> [UInt8] {
    [UInt8](try! Data(contentsOf: folder.appending(path: path)))
  }

  /// An element of a JSON file, with its members as they are in the file.
  private struct Vector {
    var source: String
    private var members: [String: ArraySlice<UInt8>] = [:]

    init(_ source: String, _ text: ArraySlice<UInt8>) {
      self.source = source
      for (key, value) in RawJSON.members(of: text, atMost: 64).members {
        members[try! String(json: [UInt8](key))] = value
      }
    }

    func raw(_ name: String) -> String {
      String(decoding: members[name] ?? [], as: UTF8.self)
    }

    func value(_ name: String) -> DataValue {
      try! DataValue(json: raw(name))
    }

    func string(_ name: String) -> String { value(name).string ?? "" }
  }

  /// - Parameter name: the member that names an element.
  private static func vectors(_ path: String, name: String?) -> [Vector] {
    let elements = RawJSON.elements(of: text(path)[...], atMost: 10_000) ?? []
    return elements.enumerated().map { index, element in
      var vector = Vector(path, element)
      vector.source += "#" + (name.map { vector.string($0) } ?? "\(index)")
      return vector
    }
  }

  private static func make(
    _ source: String,
    _ operation: String,
    _ members: [(name: String, json: String)],
    _ expected: DataObject
  ) -> Case {
    let texts = members.map { #","\#($0.name)":\#($0.json)"# }.joined()
    return Case(
      source: source,
      operation: operation,
      request: #"{"id":1,"op":"\#(operation)"\#(texts)}"#,
      expected: expected
    )
  }

  private static func quoted(_ text: String) -> String { DataValue.string(text).jsonString() }

  // MARK: Syntax

  private static let syntax: [Case] = [
    ("atidentifier", "at-identifier"), ("aturi", "at-uri"), ("cid", "cid"),
    ("datetime", "datetime"), ("did", "did"), ("handle", "handle"), ("language", "language"),
    ("nsid", "nsid"), ("recordkey", "record-key"), ("tid", "tid"), ("uri", "uri"),
  ].flatMap { file, type in
    ["syntax_valid", "syntax_invalid", "parse_invalid"].flatMap { kind -> [Case] in
      let path = "syntax/\(file)_\(kind).txt"
      guard FileManager.default.fileExists(atPath: folder.appending(path: path).path) else {
        return []
      }
      // Spaces at the ends of a line are part of the vector.
      return text(path).split(separator: UInt8(ascii: "\n"))
        .map { String(decoding: $0, as: UTF8.self) }.filter { !$0.hasPrefix("#") }
        .map { value in
          make(
            "\(path)#\(value)",
            "syntax",
            [("type", quoted(type)), ("value", quoted(value))],
            ["ok": .boolean(kind == "syntax_valid")]
          )
        }
    }
  }

  // MARK: Data model

  private static let data: [Case] =
    vectors("data-model/data-model-fixtures.json", name: nil).flatMap { vector -> [Case] in
      let bytes = Bytes(base64: vector.string("cbor_base64"))?.array ?? []
      let hex = DataValue.string(Hex.encode(bytes))
      let encoding: DataObject = ["ok": true, "hex": hex, "cid": vector.value("cid")]
      return [
        make(vector.source, "json_to_cbor", [("json", vector.raw("json"))], encoding),
        make(vector.source, "cbor_roundtrip", [("hex", hex.jsonString())], encoding),
        make(
          vector.source,
          "cbor_to_json",
          [("hex", hex.jsonString())],
          ["ok": true, "json": vector.value("json")]
        ),
      ]
    }
    + ["valid", "invalid"].flatMap { kind in
      vectors("data-model/data-model-\(kind).json", name: "note").map { vector in
        make(
          vector.source,
          "json_to_cbor",
          [("json", vector.raw("json"))],
          ["ok": .boolean(kind == "valid")]
        )
      }
    }

  // MARK: Cryptography

  private static let signatures: [Case] =
    vectors("crypto/signature-fixtures.json", name: "comment").map { vector in
      make(
        vector.source,
        "verify_sig",
        [
          ("did_key", vector.raw("publicKeyDid")), ("msg", vector.raw("messageBase64")),
          ("sig", vector.raw("signatureBase64")),
        ],
        ["ok": vector.value("validSignature")]
      )
    }

  private static let keys: [Case] =
    vectors("crypto/w3c_didkey_K256.json", name: nil).map { vector in
      key(vector, "k256", vector.string("privateKeyBytesHex"))
    }
    + vectors("crypto/w3c_didkey_P256.json", name: nil).map { vector in
      key(vector, "p256", Hex.encode(Base58.decode(vector.string("privateKeyBytesBase58")) ?? []))
    }

  private static func key(_ vector: Vector, _ curve: String, _ hex: String) -> Case {
    make(
      vector.source,
      "did_key",
      [("curve", quoted(curve)), ("private_hex", quoted(hex))],
      ["ok": true, "did_key": vector.value("publicDidKey")]
    )
  }

  // MARK: Trees

  private static let trees: [Case] =
    vectors("mst/key_heights.json", name: "key").map { vector in
      make(
        vector.source,
        "mst_height",
        [("key", vector.raw("key"))],
        ["ok": true, "height": vector.value("height")]
      )
    }
    // The digit in a key is its height.
    + String(decoding: text("mst/example_keys.txt"), as: UTF8.self).split(separator: "\n")
    .map { key in
      make(
        "mst/example_keys.txt#\(key)",
        "mst_height",
        [("key", quoted(String(key)))],
        ["ok": true, "height": .integer(key.dropFirst().first?.wholeNumberValue ?? -1)]
      )
    }
    + vectors("mst/common_prefix.json", name: nil).map { vector in
      make(
        vector.source,
        "mst_prefix",
        [("left", vector.raw("left")), ("right", vector.raw("right"))],
        ["ok": true, "len": vector.value("len")]
      )
    }
    + vectors("firehose/commit-proof-fixtures.json", name: "comment").map { vector in
      make(
        vector.source,
        "mst_commit",
        [
          ("keys", vector.raw("keys")), ("leaf", vector.raw("leafValue")),
          ("adds", vector.raw("adds")), ("dels", vector.raw("dels")),
        ],
        [
          "ok": true, "root_before": vector.value("rootBeforeCommit"),
          "root_after": vector.value("rootAfterCommit"), "blocks": vector.value("blocksInProof"),
        ]
      )
    }

  // MARK: Lexicon

  private static let catalog: [(name: String, json: String)] = [
    "permission-set", "procedure", "query", "record", "subscription",
  ].map { ($0, String(decoding: text("lexicon/catalog/\($0).json"), as: UTF8.self)) }

  private static let documents: [Case] =
    catalog.map { name, json in
      make("lexicon/catalog#\(name)", "lexicon", [("doc", json)], ["ok": true])
    }
    + ["valid", "invalid"].flatMap { kind in
      vectors("lexicon/lexicon-\(kind).json", name: "name").map { vector in
        make(
          vector.source,
          "lexicon",
          [("doc", vector.raw("lexicon"))],
          ["ok": .boolean(kind == "valid")]
        )
      }
    }

  private static let records: [Case] = ["valid", "invalid"].flatMap { kind in
    vectors("lexicon/record-data-\(kind).json", name: "name").map { vector in
      make(
        vector.source,
        "record",
        [
          ("catalog", "[\(catalog.map(\.json).joined(separator: ","))]"),
          ("collection", quoted("example.lexicon.record")), ("rkey", vector.raw("rkey")),
          ("value", vector.raw("data")),
        ],
        ["ok": .boolean(kind == "valid")]
      )
    }
  }
}

import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import LexiconResolution
import Testing

/// What a record must be, whatever the proof says.
@Suite struct LexiconRecordTests {
  static let nsid: NSID = "com.example.note"

  static func code(_ record: [UInt8], _ nsid: NSID = nsid) throws -> LexiconError.Code? {
    var repository = TestRepository()
    repository.records[nsid.string] = record
    let described = LexiconRepository(
      did: repository.did,
      pds: .init(TestNetwork.pds)!,
      key: repository.publicKey
    )
    do throws(LexiconError) {
      let lexicon = try ResolvedLexicon(
        proof: try! repository.proof(of: nsid),
        of: nsid,
        in: described
      )
      #expect(lexicon.bytes == record && lexicon.record.cborBytes() == record)
      return nil
    } catch {
      return error.code
    }
  }

  static func code(changing change: (inout DataValue) -> Void) throws -> LexiconError.Code? {
    var document = TestRepository.document(nsid)
    change(&document)
    return try code(document.cborBytes())
  }

  @Test("unknown fields and types of later languages are kept")
  func unknownPartsAreKept() throws {
    #expect(try Self.code { $0["revision"] = 3 } == nil)
    #expect(try Self.code { $0["new"] = ["$link": "text", "a": [1, 2]] } == nil)
    #expect(try Self.code { $0["defs"] = ["main": ["type": "of-a-later-language"]] } == nil)
    #expect(try Self.code { $0["defs"] = ["x": ["type": ""], "$odd key": ["type": "ref"]] } == nil)
  }

  @Test("a record of up to 1 MiB may have any number of elements and keys of any length")
  func largeRecordsAreKept() throws {
    #expect(try Self.code { $0["new"] = .array(Array(repeating: 1, count: 1_000_000)) } == nil)
    let key = String(repeating: "k", count: 1_000_000)
    #expect(try Self.code { $0[key] = 1 } == nil)
  }

  static let changes: [@Sendable (inout DataValue) -> Void] = [
    { $0["$type"] = nil }, { $0["$type"] = "com.example.other" }, { $0["$type"] = 1 },
    { $0["$type"] = "com.atproto.lexicon.schema#main" },
    { $0["lexicon"] = nil }, { $0["lexicon"] = 2 }, { $0["lexicon"] = "1" }, { $0["lexicon"] = 0 },
    { $0["lexicon"] = true }, { $0["lexicon"] = [1] },
    { $0["id"] = nil }, { $0["id"] = "com.example.other" }, { $0["id"] = "COM.example.note" },
    { $0["id"] = "com.example.Note" }, { $0["id"] = "com.example.note " }, { $0["id"] = 1 },
    { $0["defs"] = nil }, { $0["defs"] = [:] }, { $0["defs"] = [] }, { $0["defs"] = "main" },
    { $0["defs"] = ["main": "token"] }, { $0["defs"] = ["main": [:]] },
    { $0["defs"] = ["main": ["type": 1]] }, { $0["defs"] = ["main": .null] },
    { $0["defs"] = ["main": ["type": "token"], "other": []] },
    { $0 = "text" }, { $0 = [] }, { $0 = [:] },
  ]

  @Test("a record that is not a document with the NSID is refused", arguments: changes.indices)
  func otherRecordsAreRefused(_ index: Int) throws {
    #expect(try Self.code(changing: Self.changes[index]) == .invalidRecord)
  }

  @Test("the id is compared byte for byte")
  func idIsComparedByBytes() throws {
    // The Kelvin sign is canonically equivalent to K.
    let nsid: NSID = "com.example.aKelvin"
    var document = TestRepository.document(nsid)
    #expect(try Self.code(document.cborBytes(), nsid) == nil)
    document["id"] = "com.example.a\u{212A}elvin"
    #expect(try Self.code(document.cborBytes(), nsid) == .invalidRecord)
  }

  @Test("128 levels are the most", arguments: [(128, true), (129, false), (5000, false)])
  func depthIsLimited(_ depth: Int, _ isAllowed: Bool) throws {
    var value: DataValue = [:]
    // The record itself is a level, and so is the innermost map.
    for _ in 0..<depth - 2 { value = ["a": value] }
    let code = try Self.code { $0["deep"] = value }
    #expect(code == (isAllowed ? nil : .invalidRecord))
  }

  @Test("anything but canonical DAG-CBOR is refused")
  func otherEncodingsAreRefused() throws {
    let canonical = TestRepository.document(Self.nsid).cborBytes()
    #expect(try Self.code(canonical) == nil)
    // A map of five fields: id, defs, $type, lexicon, and a value under `x`, which comes first.
    func with(_ value: [UInt8]) -> [UInt8] {
      [canonical[0] + 1, 0x61, 0x78] + value + canonical[1...]
    }
    #expect(try Self.code(with([0x01])) == nil)
    for (name, bytes) in [
      ("a float", with([0xFB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0])),
      ("an integral float", with([0xFB, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0])),
      ("undefined", with([0xF7])), ("a long integer", with([0x18, 0x01])),
      ("an indefinite list", with([0x9F, 0xFF])), ("another tag", with([0xC1, 0x01])),
      ("invalid UTF-8", with([0x61, 0xFF])), ("a repeated key", with([0x01, 0x61, 0x78, 0x01])),
      ("a map with integers as keys", with([0xA1, 0x01, 0x01])),
      ("keys out of order", with([0xA2, 0x61, 0x62, 1, 0x61, 0x61, 1])),
      ("a link without a prefix", with([0xD8, 0x2A, 0x41, 0x01])),
      ("bytes after the record", canonical + [0x00]), ("a cut record", canonical.dropLast() + []),
      ("no bytes", []), ("a long head", [0xB8, canonical[0] & 0x1F] + canonical[1...]),
    ] {
      #expect(try Self.code(bytes) == .invalidRecord, "\(name)")
    }
  }
}

import ATProtoData
import Foundation
import SnapshotModule
import Testing

@Suite struct LimitTests {
  private func expect(_ code: DataError.Code, _ body: () throws -> Void) {
    #expect(throws: DataError(code: code, offset: 0, reason: ""), performing: body)
  }

  @Test("input at a limit is accepted, and input beyond it is rejected")
  func eachLimit() {
    let limits = DataLimits(inputSize: 64, depth: 2, elements: 3, stringLength: 5, keyLength: 3)
    expect(.inputSize) { _ = try DataValue(cbor: [UInt8](repeating: 0, count: 65), limits: limits) }
    expect(.inputSize) {
      _ = try DataValue(json: [UInt8](repeating: 0x20, count: 65), limits: limits)
    }
    expect(.depth) { _ = try DataValue(json: "[[[]]]", limits: limits) }
    expect(.depth) { _ = try DataValue(cbor: hex("818180"), limits: limits) }
    expect(.depth) { _ = try DataValue(cbor: hex("a1616181 80"), limits: limits) }
    expect(.elements) { _ = try DataValue(json: "[1,2,3,4]", limits: limits) }
    expect(.elements) { _ = try DataValue(cbor: hex("8401020304"), limits: limits) }
    expect(.elements) { _ = try DataValue(json: #"{"a":1,"b":1,"c":1,"d":1}"#, limits: limits) }
    expect(.elements) { _ = try DataValue(cbor: hex("a4616101616201616301616401"), limits: limits) }
    expect(.stringLength) { _ = try DataValue(json: #""abcdef""#, limits: limits) }
    expect(.stringLength) { _ = try DataValue(json: #""abc\ndef""#, limits: limits) }
    expect(.stringLength) { _ = try DataValue(cbor: hex("66616263646566"), limits: limits) }
    expect(.stringLength) { _ = try DataValue(cbor: hex("46616263646566"), limits: limits) }
    expect(.keyLength) { _ = try DataValue(json: #"{"abcd":1}"#, limits: limits) }
    expect(.keyLength) { _ = try DataValue(cbor: hex("a1646162636401"), limits: limits) }
    #expect(throws: Never.self) { try DataValue(json: #"{"abc":["abcde",1,2]}"#, limits: limits) }
  }

  /// A value can break a rule every few bytes, each time with a path as long as the value.
  @Test("validation stops at the maximum number of violations")
  func violationsAreBounded() throws {
    let key = String(repeating: "é", count: 2_000)
    var value: DataValue = .array(Array(repeating: ["": 0], count: 50_000))
    for _ in 0..<40 { value = [key: value] }
    for violations in [
      value.validateDataModel(), DataValue.object(["": value]).validateDataModel(),
    ] {
      #expect(violations.count == Validator.maximumViolations)
      #expect(violations.allSatisfy { $0.path.utf8.count < 8_000 })
    }
    let nested = DataPath.shortDescription(of: (0..<100).map { .key("k\($0)") })
    #expect(
      nested.hasPrefix("k0.k1.") && nested.hasSuffix(".k98.k99") && nested.contains("k15…k84")
    )
    #expect(DataPath.shortDescription(of: [.key("a"), .index(3), .key("b")]) == "a[3].b")
    #expect("e\(String(repeating: "\u{301}", count: 4_000))".excerpt.utf8.count <= 70)
    #expect(("a" + key).excerpt.hasPrefix("aéé") && ("a" + key).excerpt.contains("é…é"))
  }

  /// In the data model, links and bytes have no depth, although JSON writes them as objects.
  @Test("links and bytes are allowed at the deepest level")
  func linksAndBytesAreAllowedAtTheDeepestLevel() throws {
    let limits = DataLimits(depth: 2)
    let link = #"{"$link":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}"#
    for form in [link, #"{"$bytes":"AAE"}"#, #"{ "\u0024bytes" : "AAE" }"#] {
      let value = try DataValue(json: "[[\(form)]]", limits: limits)
      #expect(try DataValue(cbor: value.cborBytes(), limits: limits) == value)
      expect(.depth) { _ = try DataValue(json: "[[[\(form)]]]", limits: limits) }
      // Also when they are skipped while looking for the type of a union.
      let holder = #"{"a":[\#(form)],"$type":"com.example.holder"}"#
      #expect(
        try Nest(json: holder, limits: limits).cborBytes() == DataValue(json: holder).cborBytes()
      )
    }
    for form in [#"{"$bytes":{}}"#, #"{"$bytes":"","a":1}"#, #"{"a":1}"#, "{}"] {
      #expect(throws: DataError.self) { try DataValue(json: "[[\(form)]]", limits: limits) }
      #expect(throws: DataError.self) {
        try Nest(json: #"{"a":[\#(form)],"$type":"com.example.holder"}"#, limits: limits)
      }
    }
    expect(.depth) { _ = try DataValue(json: "[[{}]]", limits: limits) }
  }

  /// An error names the location without repeating all of a hostile path.
  @Test("long paths are truncated in the middle")
  func longPathsAreTruncated() throws {
    let key = String(repeating: "k", count: 900)
    for text in [
      String(repeating: "[", count: 300), #"{"\#(key)":1.5}"#,
      String(repeating: #"{"é":"#, count: 300),
    ] {
      do throws(DataError) {
        _ = try DataValue(json: Array(text.utf8))
        Issue.record("\(text) was read")
      } catch {
        #expect(error.path.count > 500)
        let message = "\(error)"
        #expect(message.count < 220 && message.contains("…"))
        #expect(message.contains(error.path.prefix(28)) && message.contains(error.path.suffix(28)))
      }
    }
    #expect(DataPath.excerpt("reply.root.uri") == "reply.root.uri")
    let longest = String(repeating: "x", count: 121)
    #expect(DataPath.excerpt(longest).count == 121 && DataPath.excerpt(longest + "x").count == 121)
  }

  private static func nested(_ count: Int) -> [[UInt8]] {
    let open = [UInt8](repeating: UInt8(ascii: "["), count: count)
    var object: [UInt8] = []
    var node: [UInt8] = []
    for _ in 0..<count {
      object += Array(#"{"a":"#.utf8)
      node += Array(#"{"up":"#.utf8)
    }
    return [
      open, open + [UInt8](repeating: UInt8(ascii: "]"), count: count), object, node,
      [UInt8](repeating: 0x81, count: count),
      [UInt8](repeating: 0x9F, count: count),
      (0..<count).flatMap { _ in hex("a16161") },
      (0..<count).flatMap { _ in hex("a2627570") },
      [UInt8](repeating: 0xD8, count: count), [UInt8](repeating: 0xC1, count: count),
    ]
  }

  /// Hostile nesting is handled on a small thread, whatever the limits are. Threads of musl have
  /// 128 KiB.
  @Test("deep nesting does not overflow a small stack", arguments: [128, 256, 512])
  func deepNestingOnSmallStacks(_ kibibytes: Int) {
    let limits = DataLimits(
      inputSize: .max,
      depth: .max,
      elements: .max,
      stringLength: .max,
      keyLength: .max
    )
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      for input in Self.nested(100_000) + Self.nested(200) {
        _ = try? DataValue(cbor: input, limits: limits)
        _ = try? DataValue(cbor: input, limits: limits, rules: DecodingRules(rawValue: .max))
        _ = try? DataValue(json: input, limits: limits)
        _ = try? ExampleSocial.Node(cbor: input, limits: limits)
        _ = try? ExampleSocial.Node(json: input, limits: limits)
      }
      done.signal()
    }
    thread.stackSize = kibibytes * 1024
    thread.start()
    done.wait()
  }

  @Test("conversations of ordinary depth are read")
  func conversationsOfOrdinaryDepth() throws {
    var node = ExampleSocial.Node(when: .null)
    for index in 0..<100 { node = ExampleSocial.Node(n: index, up: node, when: .null) }
    #expect(try ExampleSocial.Node(json: node.jsonBytes()) == node)
    #expect(try ExampleSocial.Node(cbor: node.cborBytes()) == node)
    #expect(try ExampleSocial.Node(node.dataValue) == node)
  }

  /// Keys in the worst order cost no more than sorting them.
  @Test("many unknown fields in reverse order are read in bounded time")
  func manyFieldsInReverse() throws {
    let fields = (0..<20_000).reversed().map { #""f\#($0)":0"# }.joined(separator: ",")
    let node = try ExampleSocial.Node(json: #"{"when":null,\#(fields)}"#)
    #expect(node.unknownFields.count == 20_000)
    #expect(throws: DataError(code: .repeatedKey, offset: 0, reason: "")) {
      try ExampleSocial.Node(json: #"{"when":null,\#(fields),"f5":1}"#)
    }
  }

  /// Looking ahead for a union's type skips what precedes `$type` at each level.
  @Test("a header that declares more than the input has is rejected")
  func headersWithoutContent() {
    for bytes in [
      "5b7fffffffffffffff", "7b7fffffffffffffff", "9b7fffffffffffffff", "bb7fffffffffffffff",
      "9a0001ffff", "ba0001ffff", "a2617481", "a161749b7fffffffffffffff",
      "a16174bb7fffffffffffffff",
      "a161745b7fffffffffffffff", "a1617481 9a0001ffff",
    ] {
      #expect(throws: DataError.self) { try DataValue(cbor: hex(bytes)) }
      #expect(throws: DataError.self) { try ExampleSocial.Node(cbor: hex(bytes)) }
      #expect(throws: DataError.self) { try ExampleSocial.Post.Embed(cbor: hex(bytes)) }
      #expect(throws: DataError.self) { try [ExampleSocial.Node](cbor: hex(bytes)) }
      #expect(throws: DataError.self) { try DataValue(cbor: hex(bytes), rules: .allowsLongForms) }
    }
  }
}

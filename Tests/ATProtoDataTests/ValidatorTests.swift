import ATProtoData
import ATProtoSyntax
import SnapshotModule
import Testing

@Suite struct ValidatorTests {
  private let cid = FormatString<CIDString>(
    "bafyreiflvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvov2xk5lvm"
  )
  private let date = FormatString<Datetime>("2024-01-01T00:00:00Z")

  private func rules(_ value: some LexiconValue) -> [String] {
    value.validate().map { "\($0.path) \($0.rule)" }
  }

  @Test("a valid post has no violations")
  func validPost() {
    let post = ExampleSocial.Post(
      text: String(repeating: "é", count: 300),
      createdAt: date,
      langs: ["en"],
      tags: ["a"]
    )
    #expect(rules(post) == [])
  }

  @Test("each violation is reported with its path")
  func everyViolationIsReportedWithItsPath() {
    var post = ExampleSocial.Post(
      text: String(repeating: "a", count: 3001),
      createdAt: "yesterday",
      reply: .init(
        root: .init(cid: cid, uri: "nowhere"),
        parent: .init(cid: cid, uri: "at://did:plc:44ybard66vv44zksje25o7dz/example.social.post/1")
      ),
      langs: [],
      tags: ["a", String(repeating: "b", count: 65)]
    )
    #expect(
      rules(post) == [
        "text maxLength", "text maxGraphemes", "createdAt format", "reply.root.uri format",
        "langs minLength", "tags[1] maxGraphemes",
      ]
    )
    post.tags = Array(repeating: "a", count: 9)
    #expect(rules(post).last == "tags maxLength")
    #expect(
      post.validate().last?.description == "tags: has 9 elements, at most 8 allowed (maxLength)"
    )
  }

  @Test("integers, bytes and constants are checked")
  func numbersBytesAndConstants() {
    let node = ExampleSocial.Node(
      n: 11,
      all: [ExampleSocial.Node(n: -1, when: .null)],
      data: Bytes([]),
      flag: false,
      when: .value("x"),
      severity: "unknown"
    )
    #expect(
      rules(node) == [
        "n maximum", "n enum", "all[0].n minimum", "all[0].n enum", "data minLength",
        "flag const", "when format", "severity maxLength",
      ]
    )
    let valid = ExampleSocial.Node(
      n: 1,
      data: [1],
      flag: true,
      when: .value(date),
      severity: .alert
    )
    #expect(rules(valid) == [])
  }

  @Test("media types and sizes of blobs are checked")
  func blobs() {
    let ref = CID(codec: .raw, sha256Digest: [UInt8](repeating: 1, count: 32))
    func image(_ blob: Blob) -> [String] {
      rules(ExampleSocial.Embed.Images(images: [.init(alt: "", image: blob)]))
    }
    #expect(image(Blob(ref: ref, mimeType: "image/png", size: 1)) == [])
    #expect(image(Blob(legacy: ref, mimeType: "image/png")) == [])
    #expect(image(Blob(ref: ref, mimeType: "video/mp4", size: 1)) == ["images[0].image accept"])
    #expect(
      image(Blob(ref: ref, mimeType: "image/png", size: 1_000_001)) == ["images[0].image maxSize"]
    )
    #expect(
      image(Blob(ref: ref, mimeType: "", size: -1)) == [
        "images[0].image blob", "images[0].image blob", "images[0].image accept",
      ]
    )
    let node = CID(codec: .dagCBOR, sha256Digest: [UInt8](repeating: 1, count: 32))
    #expect(image(Blob(ref: node, mimeType: "image/png", size: 1)) == ["images[0].image blob"])
  }

  @Test("the elements of arrays are checked")
  func elementChecks() {
    var validator = Validator()
    validator.each("a", [1, 5]) { $0.integer($1, maximum: 3) }
    validator.each("b", [true]) { $0.boolean($1, const: false) }
    validator.each("c", [["x"], []]) { $0.count($1.count, minLength: 1) }
    validator.each("d", [[1, 5]]) { $0.each($1) { $0.integer($1, maximum: 3) } }
    validator.each("e", ["a"]) { $0.string($1, minLength: 2, minGraphemes: 2, const: "b") }
    #expect(
      validator.violations.map { "\($0.path) \($0.rule)" } == [
        "a[1] maximum", "b[0] const", "c[1] minLength", "d[0][1] maximum", "e[0] minLength",
        "e[0] minGraphemes", "e[0] const",
      ]
    )
  }
}

import ATProtoData
import Foundation
import LexiconSamples
import Testing

/// What fuzzing found once, each input a file in `Tests/Regressions`.
@Suite("Inputs that codecs stumbled over")
struct RegressionTests {
  static let files: [String] = {
    let folder = SampleCatalog.regressions.path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".cbor") || $0.hasSuffix(".json") }.sorted()
  }()

  @Test("The folder is there")
  func folder() {
    #expect(!Self.files.isEmpty)
  }

  @Test("Nothing is found any more", arguments: files)
  func file(_ name: String) throws {
    let file = SampleCatalog.regressions.appending(path: name)
    let bytes = [UInt8](try Data(contentsOf: file))
    let check = CodecCheck((GeneratedTypes.own + GeneratedTypes.snapshots).map(\.1))
    #expect(
      (name.hasSuffix(".json") ? check.findings(json: bytes) : check.findings(cbor: bytes)) == []
    )
  }
}

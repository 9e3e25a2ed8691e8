import ATProtoData
import Foundation
import LexiconSamples
import Testing

/// Inputs that fuzzing once found, each a file in `Tests/Regressions`.
@Suite("Regression inputs of codecs")
struct RegressionTests {
  static let files: [String] = {
    let folder = SampleCatalog.regressions.path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".cbor") || $0.hasSuffix(".json") }.sorted()
  }()

  @Test("the directory of regression inputs is not empty")
  func folder() {
    #expect(!Self.files.isEmpty)
  }

  @Test("a regression input causes no findings", arguments: files)
  func file(_ name: String) throws {
    let file = SampleCatalog.regressions.appending(path: name)
    let bytes = [UInt8](try Data(contentsOf: file))
    let check = CodecCheck((GeneratedTypes.own + GeneratedTypes.snapshots).map(\.1))
    #expect(
      (name.hasSuffix(".json") ? check.findings(json: bytes) : check.findings(cbor: bytes)) == []
    )
  }
}

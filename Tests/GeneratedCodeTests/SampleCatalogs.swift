import ATProtoData
import Foundation
import Lexicon
import LexiconSamples
import XRPC

/// Generated types, with the lexicons that they were generated from.
struct SampleCatalog: Sendable, CustomStringConvertible {
  let description: String
  let catalog: CheckedCatalog
  let types: [(subject: SampleSubject, type: any LexiconValue.Type)]
  let parameters: [(subject: SampleSubject, type: any XRPCParameters.Type)]

  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let own = SampleCatalog("Lexicons", GeneratedTypes.own, GeneratedTypes.ownParameters)
  static let snapshots = SampleCatalog(
    "Tests/Snapshots/Lexicons",
    GeneratedTypes.snapshots,
    GeneratedTypes.snapshotsParameters
  )
  static let regressions = root.appending(path: "Tests/Regressions")

  private init(
    _ folder: String,
    _ types: [(String, any LexiconValue.Type)],
    _ parameters: [(String, any XRPCParameters.Type)]
  ) {
    description = folder
    catalog = CheckedCatalog.check(Self.sources(in: folder))
    self.types = types.map { (SampleSubject(stringLiteral: $0.0), $0.1) }
    self.parameters = parameters.map { (SampleSubject(stringLiteral: $0.0), $0.1) }
  }

  private static func sources(in folder: String) -> [SourceFile] {
    let folder = root.appending(path: folder)
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return paths.sorted().compactMap { path in
      guard [".json", ".yaml", ".yml"].contains(where: path.hasSuffix),
        let data = try? Data(contentsOf: folder.appending(path: path))
      else { return nil }
      return SourceFile(path: path, bytes: [UInt8](data))
    }
  }

  func generator(_ seed: UInt64) -> SampleGenerator {
    // Every definition is tested by itself, so references need not be followed.
    SampleGenerator(
      catalog: catalog,
      seed: seed,
      limits: SampleLimits(length: 4_000, elements: 40, references: 0, samples: 800)
    )
  }

  /// Every `count`th type, starting with the `part`th.
  func part(_ part: Int, of count: Int) -> [(subject: SampleSubject, type: any LexiconValue.Type)] {
    stride(from: part, to: types.count, by: count).map { types[$0] }
  }
}

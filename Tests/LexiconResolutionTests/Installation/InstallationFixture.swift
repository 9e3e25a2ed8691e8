import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconResolution
import TestSupport

/// A network in memory, and a directory to install into.
struct InstallationFixture {
  let network: LexiconNetwork
  let files: TemporaryFolder
  let folder: LexiconFolder

  init() throws {
    network = try LexiconNetwork()
    files = try TemporaryFolder()
    folder = LexiconFolder(
      path: "\(files.path)/lexicons",
      manifestPath: "\(files.path)/lexicons.json"
    )
  }

  /// Installs and writes; each call asks the network anew.
  @discardableResult
  func install(
    _ names: String...,
    savesManifest: Bool = true,
    options: InstallationOptions = InstallationOptions()
  ) async throws -> InstallationPlan {
    let plan = try await LexiconInstallation(into: folder, from: network.run(), options: options)
      .plan(adding: names.map { try LexiconRequest($0) }, savesManifest: savesManifest)
    try plan.apply()
    return plan
  }

  @discardableResult
  func installLocked() async throws -> InstallationPlan {
    let plan = try await LexiconInstallation(into: folder, from: network.run()).planLocked()
    try plan.apply()
    return plan
  }

  func planUpdate(
    _ names: NSID...,
    keeping kept: Set<NSID> = [],
    options: InstallationOptions = InstallationOptions()
  ) async throws -> UpdatePlan {
    try await LexiconUpdate(of: folder, from: network.run(), options: options)
      .plan(names, keeping: kept)
  }

  /// All files with their texts, to see that nothing has changed.
  func texts() throws -> [String: String] { try files.texts(below: "") }

  func manifest() throws -> LexiconManifest? { try folder.manifest()?.manifest }

  static func path(_ nsid: NSID) -> String { "lexicons/\(LexiconFile.path(of: nsid))" }
}

/// Documents for tests.
enum SampleLexicon {
  /// An object with one string, and references to other documents.
  static func object(
    _ nsid: String,
    refersTo references: String...,
    properties: DataObject = ["text": ["type": "string", "maxLength": 100]],
    required: [String] = []
  ) -> DataValue {
    var all = properties
    for (index, reference) in references.enumerated() {
      all["ref\(index)"] = ["type": "ref", "ref": .string(reference)]
    }
    var main: DataObject = ["type": "object", "properties": .object(all)]
    if !required.isEmpty { main["required"] = .array(required.map { .string($0) }) }
    return ["lexicon": 1, "id": .string(nsid), "defs": ["main": .object(main)]]
  }

  static func record(_ nsid: String, _ properties: DataObject) -> DataValue {
    [
      "lexicon": 1, "id": .string(nsid),
      "defs": [
        "main": [
          "type": "record", "key": "tid",
          "record": ["type": "object", "properties": .object(properties)],
        ]
      ],
    ]
  }
}

import ATProtoData
import AppBskyAPI
import ArgumentParser
import ComAtprotoAPI
import Foundation
import Lexicon
import LexiconSamples

/// Tries inputs in this process, which may crash.
struct Worker {
  /// Types of every shape: records, unions of unions, recursive views, bodies, messages.
  static let types: [(subject: SampleSubject, type: any LexiconValue.Type)] = [
    ("app.bsky.feed.post", AppBsky.Feed.Post.self),
    ("app.bsky.feed.getPostThread/output", AppBsky.Feed.GetPostThread.Output.self),
    ("app.bsky.feed.defs#threadViewPost", AppBsky.Feed.Defs.ThreadViewPost.self),
    ("app.bsky.actor.profile", AppBsky.Actor.Profile.self),
    ("app.bsky.actor.getPreferences/output", AppBsky.Actor.GetPreferences.Output.self),
    ("com.atproto.repo.applyWrites/input", ComAtproto.Repo.ApplyWrites.Input.self),
    ("com.atproto.repo.putRecord/input", ComAtproto.Repo.PutRecord.Input.self),
    ("com.atproto.sync.subscribeRepos/message", ComAtproto.Sync.SubscribeRepos.Message.self),
    ("com.atproto.label.defs#label", ComAtproto.Label.Defs.Label.self),
  ]

  private let catalog: CheckedCatalog
  private let findings: FindingsDirectory
  private let check = CodecCheck(Self.types.map(\.type))

  init(lexicons: URL, findings: FindingsDirectory) throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: lexicons.path)
    let files = try paths.sorted().filter { $0.hasSuffix(".json") || $0.hasSuffix(".yaml") }.map {
      SourceFile(path: $0, bytes: [UInt8](try Data(contentsOf: lexicons.appending(path: $0))))
    }
    catalog = CheckedCatalog.check(files)
    self.findings = findings
  }

  func run(seed: UInt64, count: Int, last: URL) throws {
    let file = try InputFile(last)
    var mutator = ByteMutator(seed: seed)
    let documents = try documents(seed)
    var isClean = true
    for index in 0..<count {
      // A slow input is also a finding: the signal ends the process.
      if index.isMultiple(of: 64) { alarm(20) }
      let document = documents.randomElement(using: &mutator.random)
      let other = documents.randomElement(using: &mutator.random)
      guard let document, let other else { throw ExitCode.failure }
      let isJSON = Bool.random(using: &mutator.random)
      let bytes = mutator.mutated(
        isJSON ? document.jsonBytes() : document.cborBytes(),
        with: isJSON ? other.jsonBytes() : other.cborBytes()
      )
      let input = Input(bytes: bytes, isJSON: isJSON)
      try file.write(input)
      let found = isJSON ? check.findings(json: bytes) : check.findings(cbor: bytes)
      if !found.isEmpty {
        isClean = false
        print("fuzz: \(found.joined(separator: "; ")): \(try findings.write(input))")
      }
    }
    if !isClean { throw ExitCode.failure }
  }

  private func documents(_ seed: UInt64) throws -> [DataValue] {
    var generator = SampleGenerator(
      catalog: catalog,
      seed: seed,
      limits: SampleLimits(values: 60, length: 2_000, references: 0, samples: 200)
    )
    return try Self.types.flatMap { subject, _ in
      let random = try (0..<20).map { _ in try generator.valid(subject) }
      return random + (try generator.boundaries(subject).map(\.value))
        + (try generator.violations(subject).map(\.value))
    }
  }
}

import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import Labeler
import Synchronization

extension LabelsCommand {
  /// A page of 250 labels, as a client or an app view verifies it.
  func verify() async throws {
    let store = MemoryLabelerStore()
    let keys = try store.setUp { transaction in try SigningKeys(LabelSample.key, in: transaction) }
    let labels = Labels(source: LabelSample.did, keys: keys, store: store)
    try await store.write { transaction throws in
      _ = try labels.apply(
        (0..<250).map { LabelChange(uri: LabelSample.subject($0), value: "spam") },
        at: Int(Datetime.Instant.now.seconds) * 1_000,
        in: transaction
      )
    }
    let page = try await labels.page(
      LabelQuery(patterns: UriPatterns(["*"]), limit: LabelQuery.maximumLimit)
    ).labels
    let directory = CountingDirectory()
    let verifier = LabelVerifier(directory: directory)
    let rounds = 20
    let used = CPUClock.now
    for _ in 0..<rounds {
      let verdicts = await verifier.verify(page)
      guard verdicts.allSatisfy({ $0 == .valid }) else { throw CocoaError(.coderInvalidValue) }
    }
    print(
      String(
        format: "verifying a page of %d labels: %.1f µs per label, %d lookups in %d pages",
        page.count,
        (CPUClock.now - used) / Double(rounds * page.count) * 1e6,
        directory.lookups.load(ordering: .relaxed),
        rounds
      )
    )
  }
}

/// Knows the labeler, and counts how often it is looked up.
private final class CountingDirectory: IdentityDirectory {
  let lookups = Atomic(0)

  func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    lookups.add(1, ordering: .relaxed)
    return try DIDDocument(
      json: Array(
        """
        {"id":"\(did)","verificationMethod":[{"id":"\(did)#atproto_label","type":"Multikey",\
        "controller":"\(did)","publicKeyMultibase":"\(LabelSample.key.publicKey.multikey)"}]}
        """.utf8
      ),
      of: did
    )
  }

  func identity(
    of did: DID,
    resolvedFrom handle: Handle?
  ) async throws(IdentityError) -> Identity {
    throw IdentityError(.notFound, "cannot find \(did)")
  }

  func did(of handle: Handle) async throws(IdentityError) -> DID {
    throw IdentityError(.notFound, "cannot find \(handle)")
  }

  func purge(_ did: DID, handle: Handle?) async {}
}

import ATProtoCrypto
import ATProtoIdentity
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Testing

@Suite struct LabelVerifierTests {
  private let clock = TestClock()

  private func verifier(_ directory: TestDirectory) -> LabelVerifier {
    LabelVerifier(directory: directory, now: { [clock] in clock.now })
  }

  private func code(_ verdict: LabelVerdict?) -> String {
    switch verdict {
    case .valid: "valid"
    case .invalid(let error): "invalid \(error.code)"
    case .unverified(let error): "unverified \(error.code)"
    case nil: "none"
    }
  }

  @Test func verdictsAreInOrder() async {
    let (first, second) = (TestLabeler("a"), TestLabeler("b", .p256))
    var malformed = first.label()
    malformed.ver = nil
    let labels = [
      first.label("one"), second.label("two"), malformed, first.label("three"),
      TestLabeler("b").label("four"), TestLabeler("unknown").label("five"),
    ]
    let directory = TestDirectory(first.document(), second.document())
    let verdicts = await verifier(directory).verify(labels)
    #expect(
      verdicts.map(code) == [
        "valid", "valid", "invalid version", "valid", "invalid signature", "invalid identity",
      ]
    )
    #expect(directory.lookups.count == 3)
  }

  @Test func labelOfAnotherSourceIsInvalid() async {
    let (labeler, other) = (TestLabeler("a"), TestLabeler("b"))
    let directory = TestDirectory(labeler.document(), other.document())
    let verdicts = await verifier(directory).verify(
      [labeler.label(), other.label()],
      from: labeler.did
    )
    #expect(verdicts.map(code) == ["valid", "invalid source"])
    #expect(directory.lookups == [labeler.did])
  }

  /// "Implementation should not attempt to use other keys present in the DID document."
  @Test func keyOfTheRepositoryIsNotAccepted() async {
    let labeler = TestLabeler()
    let repositoryKey = PrivateKey(generating: .k256)
    var label = labeler.label()
    label.sign(with: repositoryKey)
    let both = TestDirectory(labeler.document(repositoryKey: repositoryKey.publicKey))
    #expect(await verifier(both).verify([label]).map(code) == ["invalid signature"])
    let without = TestDirectory(labeler.documentWithoutLabelKey())
    #expect(await verifier(without).verify([labeler.label()]).map(code) == ["invalid identity"])
  }

  @Test func rotatedKeyIsLookedUpOnce() async {
    var labeler = TestLabeler()
    let directory = TestDirectory(labeler.document())
    let verifier = verifier(directory)
    let old = labeler.label("old")
    #expect(await verifier.verify([old]).map(code) == ["valid"])
    labeler.key = PrivateKey(generating: .p256)
    directory.publish(labeler.document())
    clock.advance(by: .seconds(60))
    let new = labeler.label("new")
    #expect(await verifier.verify([new, new, new]).map(code) == ["valid", "valid", "valid"])
    #expect(directory.lookups.count == 2)
    // The old key does not verify anymore; whether it is in use again is looked up only later.
    #expect(await verifier.verify([old, new]).map(code) == ["unverified signature", "valid"])
    clock.advance(by: .seconds(60))
    #expect(await verifier.verify([old, new]).map(code) == ["invalid signature", "valid"])
    #expect(directory.lookups.count == 3)
  }

  @Test func onePageOfBadLabelsCostsOneLookup() async {
    let labeler = TestLabeler()
    let directory = TestDirectory(labeler.document())
    let forger = TestLabeler()
    let page = (0..<26).map { forger.label(on: Sample.post($0)) }
    let verifier = verifier(directory)
    let verdicts = await verifier.verify(page)
    #expect(Set(verdicts.map(code)) == ["invalid signature"] && directory.lookups.count == 1)
    // Further pages cost nothing for a while.
    for _ in 0..<5 {
      let verdicts = await verifier.verify(page)
      #expect(Set(verdicts.map(code)) == ["unverified signature"])
    }
    #expect(directory.lookups.count == 1)
  }

  @Test func onePageOfManySourcesCostsTenLookups() async {
    let labelers = (0..<26).map { TestLabeler("labeler\($0)") }
    let directory = TestDirectory()
    for labeler in labelers { directory.publish(labeler.document()) }
    let verifier = verifier(directory)
    let page = labelers.map { $0.label() }
    let verdicts = await verifier.verify(page)
    #expect(verdicts.prefix(10).map(code) == Array(repeating: "valid", count: 10))
    #expect(verdicts.dropFirst(10).allSatisfy { code($0) == "unverified identity" })
    #expect(directory.lookups.count == 10)
    // Known sources do not count.
    #expect(await verifier.verify(page).map(code).prefix(20).allSatisfy { $0 == "valid" })
    #expect(directory.lookups.count == 20)
  }

  @Test func sourceThatCannotBeReachedIsAskedOnceAMinute() async {
    let labeler = TestLabeler()
    let directory = TestDirectory(labeler.document())
    directory.isDown = true
    let verifier = verifier(directory)
    for _ in 0..<5 {
      #expect(await verifier.verify([labeler.label()]).map(code) == ["unverified identity"])
    }
    #expect(directory.lookups.count == 1)
    directory.isDown = false
    clock.advance(by: .seconds(60))
    #expect(await verifier.verify([labeler.label()]).map(code) == ["valid"])
  }

  /// A withdrawn key must not verify forever, but an outage must not stop labels.
  @Test func keyIsLookedUpAgainAfterAnHour() async {
    let labeler = TestLabeler()
    let directory = TestDirectory(labeler.document())
    let verifier = verifier(directory)
    #expect(await verifier.verify([labeler.label()]).map(code) == ["valid"])
    clock.advance(by: .seconds(3600))
    directory.isDown = true
    #expect(await verifier.verify([labeler.label()]).map(code) == ["valid"])
    directory.isDown = false
    directory.publish(TestLabeler().document())
    clock.advance(by: .seconds(60))
    #expect(await verifier.verify([labeler.label()]).map(code) == ["invalid signature"])
    #expect(directory.lookups.count == 3)
  }

  @Test func concurrentCallsShareALookup() async {
    let labeler = TestLabeler()
    let directory = TestDirectory(labeler.document())
    let verifier = verifier(directory)
    await withTaskGroup(of: [LabelVerdict].self) { group in
      for _ in 0..<20 { group.addTask { await verifier.verify([labeler.label()]) } }
      for await verdicts in group { #expect(verdicts == [.valid]) }
    }
    #expect(directory.lookups.count == 1)
  }

  /// Sources that are forgotten cost another lookup, not memory.
  @Test func capacityIsBounded() async {
    let directory = TestDirectory()
    let verifier = LabelVerifier(directory: directory, capacity: 4, now: { [clock] in clock.now })
    let labelers = (0..<10).map { TestLabeler("labeler\($0)") }
    for labeler in labelers { directory.publish(labeler.document()) }
    for labeler in labelers + labelers {
      #expect(await verifier.verify([labeler.label()]).map(code) == ["valid"])
    }
    #expect(directory.lookups.count == 20)
  }
}

import ATProtoRepo
import Testing

/// Random interleavings of events, losses, forgeries, migrations, outages, and late answers.
@Suite struct SyncPropertyTests {
  @Test(
    "every event is decided once, and only genuine events are accepted, in order",
    arguments: 0..<40
  )
  func invariantsHold(seed: Int) {
    var world = SyncWorld(seed: UInt64(seed))
    for _ in 0..<120 { world.step() }
    world.settle()
    #expect(world.state.isIdle)
    #expect(world.undecided.isEmpty)
    #expect(world.state.queuedBytes == 0)
    // Whatever has happened: the next events of the PDS are enough.
    world.announce()
    #expect(world.state.account.head == world.fixture.head)
    #expect(world.state.account.phase == .synchronized)
    #expect(world.state.account.upstream == .active)
    #expect(world.state.account.identity?.pds == world.pds)
    #expect(world.isVaried)
  }
}

import Testing

@testable import VerifiedSync

@Suite struct CursorProgressTests {
  @Test func positionStopsBeforeAnUnfinishedEvent() {
    let progress = CursorProgress()
    for sequence in 1...3 { progress.begin(sequence) }
    progress.finish([1, 3])
    #expect(progress.cursor == 1)
    progress.finish([2])
    #expect(progress.cursor == 3)
  }

  @Test func plannedPositionIncludesTheGivenEventsOnly() {
    let progress = CursorProgress()
    for sequence in 1...4 { progress.begin(sequence) }
    #expect(progress.plan([2]) == nil)
    #expect(progress.plan([1, 2]) == 2)
    // Another transaction that is not newer must not store an older position.
    #expect(progress.plan([1]) == nil)
    progress.finish([1, 2])
    #expect(progress.plan([3, 4]) == 4)
  }

  @Test func positionIsNotSavedWhileItIsHeld() {
    let progress = CursorProgress()
    progress.begin(1)
    progress.hold(7)
    #expect(progress.plan([1]) == nil)
    progress.finish([1])
    #expect(progress.cursor == 1)
    #expect(progress.savedCursor == nil)
    progress.release(7)
    #expect(progress.savedCursor == 1)
  }
}

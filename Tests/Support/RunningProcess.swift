package import Foundation
import Subprocess
import Synchronization

#if canImport(System)
import System
#else
import SystemPackage
#endif

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

/// A program that runs beside the tests. It inherits no descriptor but its standard streams.
///
/// Tests start programs, and wait for them, without being asynchronous, on the threads that tasks
/// need. Subprocess is asynchronous, so its tasks have a thread of their own.
package final class RunningProcess: Sendable {
  package let identifier: Int32
  private let state: State

  /// Starts `program`, with files, `/dev/null` by default, as its standard streams.
  package init(
    _ program: URL,
    _ arguments: [String],
    input: String = "/dev/null",
    output: String = "/dev/null",
    error: String = "/dev/null",
    folder: String? = nil
  ) throws {
    let state = State()
    self.state = state
    let streams = (
      try FileDescriptor.open(FilePath(input), .readOnly), try Self.create(output),
      try Self.create(error)
    )
    Task(executorPreference: ProcessThread.shared) {
      do {
        let result = try await run(
          .path(FilePath(program.path)),
          arguments: Arguments(arguments),
          workingDirectory: folder.map { FilePath($0) },
          input: .fileDescriptor(streams.0, closeAfterSpawningProcess: true),
          output: .fileDescriptor(streams.1, closeAfterSpawningProcess: true),
          error: .fileDescriptor(streams.2, closeAfterSpawningProcess: true)
        ) { execution in state.start(execution.processIdentifier.value) }
        switch result.terminationStatus {
        case .exited(let code): state.end(code)
        case .signaled(let signal): state.end(-signal)
        }
      } catch {
        state.fail(error)
      }
    }
    identifier = try state.waitForStart()
  }

  private static func create(_ path: String) throws -> FileDescriptor {
    try FileDescriptor.open(
      FilePath(path),
      .writeOnly,
      options: [.create, .truncate],
      permissions: .ownerReadWrite
    )
  }

  /// Whether it has ended by itself.
  package var hasEnded: Bool { state.status != nil }

  /// The exit status, or the negative number of a signal; kills it after `seconds`.
  package func wait(seconds: Double) -> Int32 {
    if let status = state.waitForEnd(until: Date(timeIntervalSinceNow: seconds)) { return status }
    kill(identifier, SIGKILL)
    return state.waitForEnd(until: .distantFuture) ?? -SIGKILL
  }

  deinit {
    guard !hasEnded else { return }
    kill(identifier, SIGKILL)
    _ = state.waitForEnd(until: Date(timeIntervalSinceNow: 10))
  }
}

extension RunningProcess {
  /// What the task of a process has reported so far.
  private final class State: @unchecked Sendable {
    // `condition` guards the rest.
    private let condition = NSCondition()
    private var start: Result<Int32, any Error>?
    private var end: Int32?

    var status: Int32? { condition.withLock { end } }

    func start(_ identifier: Int32) {
      change { start = .success(identifier) }
    }

    func end(_ status: Int32) {
      change { end = status }
    }

    func fail(_ error: any Error) {
      change {
        if start == nil { start = .failure(error) } else { end = end ?? -1 }
      }
    }

    func waitForStart() throws -> Int32 {
      try condition.withLock {
        while start == nil { condition.wait() }
        return start!
      }.get()
    }

    func waitForEnd(until limit: Date) -> Int32? {
      condition.withLock {
        while end == nil, condition.wait(until: limit) {}
        return end
      }
    }

    private func change(_ body: () -> Void) {
      condition.withLock {
        body()
        condition.broadcast()
      }
    }
  }

  /// The thread on which the tasks of all processes run.
  private final class ProcessThread: TaskExecutor {
    static let shared = ProcessThread()

    private let jobs = Mutex<[UnownedJob]>([])
    private let count = DispatchSemaphore(value: 0)

    private init() {
      Thread.detachNewThread { [self] in
        while true {
          count.wait()
          let job = jobs.withLock { $0.removeFirst() }
          job.runSynchronously(on: asUnownedTaskExecutor())
        }
      }
    }

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      jobs.withLock { $0.append(job) }
      count.signal()
    }
  }
}

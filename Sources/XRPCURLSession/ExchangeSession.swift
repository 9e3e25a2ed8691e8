import ATProtoHTTP
import Foundation
import HTTPTypes
import Synchronization

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A `URLSession` that ends with its owner.
final class ExchangeSession: Sendable {
  private let session: URLSession
  private let exchanges: Exchanges

  init(_ configuration: URLSessionConfiguration) {
    exchanges = Exchanges()
    session = URLSession(configuration: configuration, delegate: exchanges, delegateQueue: nil)
  }

  deinit {
    // The session retains its delegate until it is invalidated.
    session.finishTasksAndInvalidate()
  }

  /// Starts an exchange, which ends when its last reference is released.
  func begin(_ request: URLRequest, _ options: TransportOptions) -> Exchange {
    let task = session.dataTask(with: request)
    let inbox = ResponseInbox(maximumBytes: options.maximumResponseBytes)
    exchanges.add(inbox, for: task)
    task.resume()
    return Exchange(task, inbox)
  }
}

/// A task and its response.
final class Exchange: Sendable {
  private let task: URLSessionTask
  private let inbox: ResponseInbox

  init(_ task: URLSessionTask, _ inbox: ResponseInbox) {
    self.task = task
    self.inbox = inbox
  }

  deinit {
    task.cancel()
  }

  func head() async -> Result<HTTPResponse, TransportError> {
    await endingWithItsReader { await inbox.head() }
  }

  /// Returns the next chunk of the body; nil at the end.
  func next() async -> Result<[UInt8]?, TransportError> {
    await endingWithItsReader { await inbox.next() }
  }

  /// Cancels the task if the reader is canceled, for instance by a timeout. A waiting reader
  /// retains the exchange, which therefore would not end on its own if the server stopped
  /// responding.
  private func endingWithItsReader<Value>(_ read: () async -> Value) async -> Value {
    await withTaskCancellationHandler {
      await read()
    } onCancel: {
      task.cancel()
    }
  }
}

/// Delivers the events of a session to the inbox of their task.
private final class Exchanges: NSObject, URLSessionDataDelegate, Sendable {
  private let inboxes = Mutex<[Int: ResponseInbox]>([:])

  func add(_ inbox: ResponseInbox, for task: URLSessionTask) {
    inboxes.withLock { $0[task.taskIdentifier] = inbox }
  }

  private func inbox(of task: URLSessionTask) -> ResponseInbox? {
    inboxes.withLock { $0[task.taskIdentifier] }
  }

  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    // Redirects are not followed, because an access token would be sent to their target.
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession,
    dataTask: URLSessionDataTask,
    didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    if let response = response as? HTTPURLResponse {
      inbox(of: dataTask)?.receive(HTTPResponse(response))
    }
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    if inbox(of: dataTask)?.receive([UInt8](data)) == false { dataTask.cancel() }
  }

  func urlSession(
    _ session: URLSession,
    task: URLSessionTask,
    didCompleteWithError error: (any Error)?
  ) {
    let inbox = inboxes.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    inbox?.finish(error.map { TransportError($0) })
  }
}

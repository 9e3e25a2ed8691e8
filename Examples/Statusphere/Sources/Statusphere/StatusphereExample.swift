import ArgumentParser
import Hummingbird
import Logging
import XRPCAsyncHTTPClient
import XRPCClient

/// Serves the web app, and follows the firehose for it.
@main
struct StatusphereExample: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Statusphere",
    abstract: "Serve an app where people share an emoji."
  )

  @OptionGroup var settings: Settings

  func run() async throws {
    let logger = Logger(label: "statusphere")
    let directory = settings.directory
    let board = StatusBoard()
    let feed = StatusFeed(
      client: XRPCClient(
        service: settings.firehoseURL,
        transport: AsyncHTTPClientTransport.shared
      ),
      // A development server has few events, so read them all. A relay has too many.
      start: settings.dev ? 0 : nil,
      board: board,
      directory: directory,
      logger: logger
    )
    let web = WebApp(
      oauth: try settings.oauthApp(logger: logger),
      directory: directory,
      board: board,
      baseURL: settings.baseURL
    )
    let application = Application(
      router: web.router(),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port)
      ),
      services: [feed],
      onServerRunning: { [settings] _ in logger.notice("open \(settings.baseURL.origin)") },
      logger: logger
    )
    try await application.runService()
  }
}

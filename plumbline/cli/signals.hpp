#pragma once

namespace plumbline {

/// Makes signals fit for a program that cleans up after itself: the first SIGINT or SIGTERM asks the computation
/// to stop (the same one again kills), and a closed pipe or a file size limit is an error of the write that met it.
void install_signal_handlers();

/// True once SIGINT or SIGTERM arrived.
bool interrupt_requested();

}  // namespace plumbline

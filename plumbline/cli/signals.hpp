#pragma once

namespace plumbline {

/// Makes signals fit for a program that cleans up after itself: the first SIGINT asks the computation to stop (a
/// second one kills), and a closed pipe or a file size limit is an error of the write that met it.
void install_signal_handlers();

/// True once SIGINT arrived.
bool interrupt_requested();

}  // namespace plumbline

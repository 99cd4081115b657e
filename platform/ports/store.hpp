#pragma once

namespace rogatory::ports {

// Everything the server remembers, behind transactions; the repositories it hands out follow in this folder.
class Store;

}  // namespace rogatory::ports

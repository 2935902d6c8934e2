// SPDX-License-Identifier: Apache-2.0
// What another library needs.
int needed();
int needed() { return 1; }

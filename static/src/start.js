// Starts the components of the Design System. The one script of ours that a page loads.
import { initAll } from './govuk-frontend.min.js'

initAll()

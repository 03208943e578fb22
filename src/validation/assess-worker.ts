/** The thread of one assessment: answers the question it was started with. */
import { parentPort, workerData } from 'node:worker_threads'
import { type AssessmentQuestion, answerQuestion } from './assess-aside.ts'

// Only `assess-aside.ts` starts this, with a question.
parentPort?.postMessage(answerQuestion(workerData as AssessmentQuestion))
